"""By which names the interfaces of job boards call the parts of an advert: one table for all of them.

Names are compared in lower case without anything but letters and digits; a dot goes into an object. Best first.
Known by it: Greenhouse, Lever, hh.ru, RemoteOK, Workday, Ashby, SmartRecruiters, Recruitee, Workable, Personio,
USAJOBS, Remotive, Arbeitnow, Jobicy, The Muse, Adzuna, Reed, Jooble, France Travail, Arbeitsagentur, JobTech,
SuperJob, Trudvsem, LinkedIn, Indeed, JobStreet, VietnamWorks, Naukri, Kalibrr, Glints, 104, Chợ Tốt, StartupJobs,
Dobrý šéf, jobs.cz, Adecco's boards, and feeds like theirs.
"""

TITLE = (
    "titel",  # codespell:ignore titel
    "title", "jobtitle", "position", "positionname", "positiontitle", "vacancyname", "jobname", "profession",
    "intitule", "headline", "subject", "name", "text",
)  # fmt: skip
LINK = (
    "alternateurl", "absoluteurl", "hostedurl", "joburl", "jobposturl", "jobpostingurl", "jdurl", "vacurl",
    "webpageurl", "links.desktop", "link.job", "viewjoblink", "adviewurl", "careersurl", "canonicalurl", "landingpage",
    "refs.landingpage", "postingurl", "positionuri", "externalurl", "publicurl", "detailurl", "permalink",
    "originoffre.urlorigine", "origineoffre.urlorigine", "redirecturl", "link", "url", "applybaseuri", "applicationurl",
    "applyurl", "externalpath", "ref",
)  # fmt: skip
NUMBER = (
    "id", "jobid", "jobpostingid", "vacancyid", "jobkey", "jobno", "listid", "shortcode", "referencenumber", "refnr",
    "jobreqid", "requisitionid", "reqid", "uuid", "guid", "bulletfields", "positionid", "slug",
)  # fmt: skip
AUTHOR = (
    "company", "companyname", "hiringorganization", "employer", "employername", "organization", "organisation",
    "orgname", "organizationname", "subcompany", "startup", "advertiser", "client", "entreprise", "recruiter",
    "branchsummary", "brand", "firmname", "custname", "arbeitgeber", "accountname", "companydetails",
)  # fmt: skip
# Whoever put an advert up; posts and comments of any kind have one too.
POSTER = ("seller", "owner", "user")
POSTED = (
    "firstpublished", "firstpublicationdate", "originallistedat", "listedat", "listingdate", "approvedon",
    "activationdate", "publicationtime", "aktuelleveroeffentlichungsdatum", "appeardate", "listtime",
    "publisheddatetime", "publishedat", "publishedon", "publisheddate", "dateposted", "postedat", "postedon",
    "posteddate", "postingstartdate", "publicationstartdate", "publicationdate", "datepublished", "pubdate",
    "releaseddate", "posted", "published", "date", "datecreation", "datestart", "createdat", "createdon", "created",
    "datecreated", "createddate", "creationdate", "creationtime", "createdtime", "validfrom", "epoch",
)  # fmt: skip
# Workday's start is that of the posting; elsewhere it is that of the work.
STARTED = ("startdate",)
UPDATED = (
    "updatedat", "lastupdate", "lastupdated", "lastupdatedon", "updated", "dateupdated", "modified",
    "modifikationstimestamp", "lastrefreshtime", "dateactualisation",
)  # fmt: skip
EXPIRES = (
    "validthrough", "expiresat", "expireat", "expirationdate", "expiredon", "dateexpired", "enddate", "closingdate",
    "applicationdeadline", "applicationenddate", "applicationclosedate", "datepubto", "validtotime",
)  # fmt: skip
PLACE = (
    "location", "locations", "locationstext", "locationname", "formattedlocation", "joblocation", "categories.location",
    "candidaterequiredlocation", "jobgeo", "cities", "area", "lieutravail", "positionlocationdisplay", "arbeitsort",
    "workinglocations", "workplaceaddress", "googlelocation.addresscomponents", "jobaddrnodesc", "town", "office",
    "address", "city", "areaname", "subareaname", "region", "regionname", "state", "country",
)  # fmt: skip
# Parts of one place that stand in the advert itself.
PLACE_PARTS = ("city", "state", "country")
SALARY = (
    "prettysalary", "salarylabel", "salarydesc", "salary", "salaryrange", "compensation", "salarydetail", "salaire",
    "payrange", "salarysnippet",
)  # fmt: skip
LOWEST = ("salarymin", "minsalary", "annualsalarymin", "salaryminimum", "minimumsalary", "paymentfrom", "basesalary")
HIGHEST = ("salarymax", "maxsalary", "annualsalarymax", "salarymaximum", "maximumsalary", "paymentto")
CURRENCY = ("salarycurrency", "currency")
# Of what is sold.
PRICE = ("pricestring", "price")
WORK_TYPE = (
    "employmenttype", "jobtypes", "jobtype", "categories.commitment", "commitment", "contracttype", "typeofemployment",
    "timetype", "employment",
)  # fmt: skip
REMOTE = ("isremote", "remote", "workplacetype")
TEXT = (
    "contenthtml", "descriptionhtml", "jobdescription", "description", "content", "contents", "body",
    "descriptionplain", "vacancyrichtext", "duty", "jobad.sections", "abstract", "snippet", "teaser",
    "summary", "excerpt", "jobexcerpt", "jobdescriptions", "qualificationsummary",
    "candidat",  # codespell:ignore candidat
)  # fmt: skip
# Forms of a text in an object that says the same again in others.
ONE_TEXT = ("htmlcontent", "textformatted")
FURTHER_TEXT = ("lists", "requirements", "additional", "benefits")

AMOUNTS = (("minvalue", "min", "from", "baserate", "low"), ("maxvalue", "max", "to", "toprate", "high"))
PERIODS = ("unittext", "interval", "period", "frequency")
# Where the period stands in the advert itself.
PERIOD = ("salaryinterval", "salaryperiod")
NAMES = (
    "name", "displayname", "companyname", "label", "libelle", "nom", "title", "cityname", "displayvalue", "value",
    "text", "companyresolutionresult",
)  # fmt: skip
ADDRESS_PARTS = (
    "addressline1", "street", "ort", "city", "municipality", "provinceorstate", "state", "region", "country", "land",
    "countrycode",
)  # fmt: skip
